-- One row for each stream that was put by API. The description is JSON and holds the URL with its credentials.
create table streams (
    id varchar(128) primary key,
    description text not null,
    created_at timestamp with time zone default current_timestamp not null
);
