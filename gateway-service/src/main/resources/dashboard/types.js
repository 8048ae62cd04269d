/**
 * What the gateway's API says, as the dashboard reads it. Every field but the id may be absent.
 *
 * @typedef {'idle'|'starting'|'live'|'reconnecting'|'ended'|'failed'} StreamState
 *
 * @typedef {object} Stream
 * @property {string} id
 * @property {{url?: string, loop?: boolean}} [source] the URL comes with its credentials masked
 * @property {StreamState} state
 * @property {string} [reason] for a person: why it is not live
 * @property {number|null} [since] when the state began, in Unix seconds
 * @property {{width?: number, height?: number, fps?: number}|null} [video] as the source announces it
 * @property {{sample_rate?: number, channels?: number}|null} [audio]
 * @property {string[]} [topics] kinds that somebody in the mesh serves
 * @property {number} [subscribers]
 * @property {number|null} [last_frame_age_seconds]
 * @property {string|null} [node]
 *
 * @typedef {object} Health
 * @property {'ready'|'loading'|'degraded'|'unknown'} status
 * @property {string} [reason]
 * @property {number} [time] the server's clock in Unix seconds
 *
 * @typedef {object} Pool worker threads of one kind
 * @property {string} name
 * @property {number} threads
 * @property {number} active threads that work on a task now
 * @property {number} queued tasks that wait
 * @property {number} rejected tasks refused since the start
 *
 * @typedef {object} Member a process of the mesh; what it says of itself is missing where it did not answer
 * @property {string} id
 * @property {string} name
 * @property {string} version
 * @property {string[]} services
 * @property {boolean} draining
 * @property {boolean} reachable whether it answered in time
 * @property {number} [answered_in_ms]
 * @property {number} [clock_offset_ms] how far its clock is ahead of that of the member that answered
 * @property {number} [since] when it started, in Unix seconds
 * @property {number} [time] its clock, in Unix seconds
 * @property {Record<string, {ready: boolean, detail: string}>} [health] by service
 * @property {{cpu_cores: number, processors: number, heap_used_bytes: number, heap_max_bytes: number,
 *     resident_bytes?: number, pools: Pool[]}} [load]
 * @property {{count: number, by_topic: Record<string, number>,
 *     topics: {stream: string, topic: string, epoch: number, subscribers: number, rate: number}[]}} [produces]
 * @property {number} [subscriptions]
 * @property {{inbound: number, outbound: number}} [links] topics taken from and sent to other members
 * @property {{joined: number, left: number, rejoined: number}} [seen]
 * @property {Record<string, number>} [figures] as in its metrics
 *
 * @typedef {object} Cluster
 * @property {Member[]} members the oldest first
 * @property {number} count
 * @property {boolean} clustered
 * @property {string} name
 * @property {string} [coordinator] id of the oldest member
 * @property {string} answered_by id of the member that answered
 * @property {Record<string, number>} services how many members run each
 *
 * @typedef {object} FrameHeader the text message before each picture
 * @property {number} sequence
 * @property {number} timestamp capture time in Unix seconds
 * @property {number} width in pixels
 * @property {number} height in pixels
 * @property {number} [dropped] items that this subscriber lost since the message before
 *
 * @typedef {object} Detection one object; the box is in pixels of the frame, right and bottom edge exclusive
 * @property {string} label
 * @property {number} confidence 0 to 1
 * @property {number} x1
 * @property {number} y1
 * @property {number} x2
 * @property {number} y2
 *
 * @typedef {object} Detections what was found in one frame
 * @property {number} timestamp capture time of that frame in Unix seconds
 * @property {number} width of that frame in pixels
 * @property {number} height of that frame in pixels
 * @property {Detection[]} objects most confident first
 * @property {string} [detector]
 * @property {number} [inference_ms]
 *
 * @typedef {object} RecordingPart
 * @property {number} number 1, 2, 3, …
 * @property {number} start seconds from the beginning of the recording
 * @property {number} duration in seconds
 * @property {string} [reason] why the part before did not go on
 *
 * @typedef {object} RecordingFile
 * @property {string} name
 * @property {string} type
 * @property {number} part 0 for files about all of the recording
 * @property {number} size in bytes
 *
 * @typedef {object} Recording
 * @property {string} id
 * @property {string} stream
 * @property {'recording'|'finished'|'interrupted'|'failed'} state
 * @property {string} [reason]
 * @property {number} started in Unix seconds
 * @property {number} duration seconds of all parts
 * @property {number} size in bytes
 * @property {string[]} [topics]
 * @property {RecordingPart[]} parts
 * @property {RecordingFile[]} files
 *
 * @typedef {'annotated'|'video'|'overlay'} View boxes drawn by the server, none, or boxes drawn by this page
 */

export {};
