import { httpUrl, socketUrl, streamPath } from './api.js';

/**
 * Ways to use a stream from elsewhere, ready to be pasted. Ids have letters, digits, dots, underscores and hyphens
 * only, so nothing needs quoting.
 *
 * @param {string} streamId
 * @returns {{name: string, title: string, text: string}[]} `name` is stable, `title` is for people
 */
export function snippetsFor(streamId) {
  const base = httpUrl(streamPath(streamId));
  return [
    {
      name: 'snapshot',
      title: 'One picture with boxes (curl)',
      text: `curl -fo ${streamId}.jpg '${base}/snapshot.jpg?topic=annotated'`,
    },
    {
      name: 'mjpeg',
      title: 'Live picture in any page or player (MJPEG)',
      text: `<img src="${base}/video.mjpeg" alt="${streamId}">`,
    },
    {
      name: 'websocket',
      title: 'Frames over WebSocket: a JSON header, then a JPEG',
      text: socketUrl(streamId, 'annotated'),
    },
    {
      name: 'javascript',
      title: 'What is seen, in JavaScript',
      text: `const socket = new WebSocket('${socketUrl(streamId, 'detections')}');
socket.onmessage = ({ data }) => {
  const { timestamp, objects = [] } = JSON.parse(data);
  for (const { label, confidence, x1, y1, x2, y2 } of objects) {
    console.log(new Date(timestamp * 1000), label, confidence, [x1, y1, x2, y2]);
  }
};`,
    },
    {
      name: 'events',
      title: 'Brightness of each frame as server-sent events (curl)',
      text: `curl -N -H 'Accept: text/event-stream' '${base}/topics/intensity'`,
    },
  ];
}
