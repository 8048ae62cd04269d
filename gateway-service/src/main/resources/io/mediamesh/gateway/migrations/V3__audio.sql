-- Settings of analyses of sound that were changed by API; '*' stands for all streams.
create table audio_settings (
    stream_id varchar(128) not null,
    name varchar(128) not null,
    content text not null,
    primary key (stream_id, name)
);

-- One row for each file into which analyses of sound are or were written. node is the gateway that writes it.
create table audio_files (
    name varchar(64) primary key,
    node varchar(255) not null,
    description text not null,
    active boolean not null,
    created_at timestamp with time zone default current_timestamp not null
);
