-- What detectors look for in a stream and what objects do there that is worth an event, webhooks with their secrets
-- included. A stream that its sender pushes finds its rules again when it comes back.
create table detection_rules (
    stream_id varchar(128) primary key,
    rules text not null
);

-- How often what happened in a minute since 1970-01-01T00:00Z. place is the zone or line, or empty.
create table event_counts (
    stream_id varchar(128) not null,
    epoch_minute bigint not null,
    happening varchar(16) not null,
    place varchar(64) not null,
    label varchar(128) not null,
    amount bigint not null,
    primary key (stream_id, epoch_minute, happening, place, label)
);
create index event_counts_by_minute on event_counts (epoch_minute);
