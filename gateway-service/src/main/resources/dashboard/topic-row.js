/**
 * @typedef {object} Topic as the API gives it
 * @property {string} stream
 * @property {string} topic its kind
 * @property {string} node id of the member that produces it
 * @property {number} subscribers
 * @property {number} rate items a second
 * @property {number} dropped
 * @property {{publish_p50: number, publish_p95: number, deliver_p50: number, deliver_p95: number}} latency_ms from
 *     capture; 0 where nothing was measured
 *
 * @typedef {object} TopicRow a topic as the table shows it; latencies in milliseconds
 * @property {string} key
 * @property {string} stream
 * @property {string} kind
 * @property {string} node name of the member, or its id while the name is not known
 * @property {number} subscribers
 * @property {number} rateHz
 * @property {number} dropped since the producer started
 * @property {{p50?: number, p95?: number}} made from capture until published
 * @property {{p50?: number, p95?: number}} delivered from capture until delivered
 */

/**
 * @param {Topic} topic
 * @param {ReadonlyMap<string, string>} names of members by their ids
 * @returns {TopicRow}
 */
export function topicRow({ stream, topic, node, subscribers, rate, dropped, latency_ms: latency }, names) {
  return {
    key: `${stream}/${topic}`,
    stream,
    kind: topic,
    node: names.get(node) ?? node,
    subscribers,
    rateHz: rate,
    dropped,
    made: { p50: latency?.publish_p50 || undefined, p95: latency?.publish_p95 || undefined },
    delivered: { p50: latency?.deliver_p50 || undefined, p95: latency?.deliver_p95 || undefined },
  };
}
