// A page's client of /ws/video-stream: draws frames on a canvas, shows what is said beside them, and connects again up to
// three times with growing pauses when the connection ends.
const MAX_ATTEMPTS = 3;

class VideoStreamClient {
  frames = 0;
  broken = 0;
  attempts = 0;
  connections = 0;
  status = 'disconnected';
  toasts = [];
  lastTimestamp = 0;
  #url;
  #canvas;
  #pause;

  constructor(url, canvas, pause = 100) {
    this.#url = url;
    this.#canvas = canvas;
    this.#pause = pause;
  }

  connect() {
    this.status = 'connecting';
    const socket = new WebSocket(this.#url);
    socket.onopen = () => {
      this.connections += 1;
      this.status = 'connected';
    };
    socket.onmessage = ({ data }) => this.#take(JSON.parse(data));
    socket.onclose = () => this.#again();
  }

  async #take({ type, data, timestamp, message }) {
    if (type === 'error') {
      this.toasts.push(message);
    }
    if (type !== 'frame') {
      return;
    }
    try {
      const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
      const picture = await createImageBitmap(new Blob([bytes], { type: 'image/jpeg' }));
      this.#canvas.width = picture.width;
      this.#canvas.height = picture.height;
      this.#canvas.getContext('2d').drawImage(picture, 0, 0);
      this.frames += 1;
      this.attempts = 0;
      this.lastTimestamp = timestamp;
    } catch {
      this.broken += 1;
    }
  }

  #again() {
    if (this.attempts >= MAX_ATTEMPTS) {
      this.status = 'failed';
      this.toasts.push('Failed to connect to detection server');
      return;
    }
    this.status = 'reconnecting';
    setTimeout(() => this.connect(), this.#pause * 2 ** this.attempts);
    this.attempts += 1;
  }

  /** How many colours the picture on the canvas has. */
  colours() {
    const { width, height } = this.#canvas;
    return new Set(new Uint32Array(this.#canvas.getContext('2d').getImageData(0, 0, width, height).data.buffer)).size;
  }
}

globalThis.VideoStreamClient = VideoStreamClient;
