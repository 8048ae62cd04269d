-- What was put at /api/config over the settings, credentials included.
create table configuration (
    name varchar(64) primary key,
    content text not null
);

-- One row for each live session that there ever was: its id is never given again. open_room is the room's name while
-- the session is open, so that a room has at most one open session.
create table live_sessions (
    id bigint generated always as identity primary key,
    room_name varchar(255) not null,
    open_room varchar(255) unique,
    stream_id varchar(128) not null,
    status varchar(16) not null,
    participant_sid varchar(255) not null,
    record_session boolean not null,
    recording_id varchar(255),
    recording_path text,
    start_time timestamp with time zone not null,
    end_time timestamp with time zone,
    created_at timestamp with time zone not null,
    updated_at timestamp with time zone not null
);
create index live_sessions_by_room on live_sessions (room_name);
