// The player of the document on live sessions, as its clients have it: not to be changed.
class LiveStreamPlayer {
  constructor(roomName) {
    this.roomName = roomName;
    this.ws = null;
    this.canvas = document.getElementById('videoCanvas');
    this.ctx = this.canvas.getContext('2d');
    this.audioContext = new AudioContext();
    this.isPlaying = false;
  }

  async startSession(recordSession = false) {
    try {
      // Start the session
      const startResponse = await fetch('/api/live-sessions/start', {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({
          room_name: this.roomName,
          record_session: recordSession
        })
      });

      const startResult = await startResponse.json();
      if (!startResult.success) {
        throw new Error(startResult.error);
      }

      console.log('Session started:', startResult);

      // Connect WebSocket
      this.connectWebSocket();

      this.isPlaying = true;
      return startResult;
    } catch (error) {
      console.error('Failed to start session:', error);
      throw error;
    }
  }

  async stopSession() {
    try {
      // Stop the session
      const stopResponse = await fetch('/api/live-sessions/stop', {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({
          room_name: this.roomName
        })
      });

      const stopResult = await stopResponse.json();
      if (!stopResult.success) {
        throw new Error(stopResult.error);
      }

      // Close WebSocket
      if (this.ws) {
        this.ws.close();
        this.ws = null;
      }

      this.isPlaying = false;
      console.log('Session stopped:', stopResult);
      return stopResult;
    } catch (error) {
      console.error('Failed to stop session:', error);
      throw error;
    }
  }

  connectWebSocket() {
    this.ws = new WebSocket(`ws://localhost:8000/api/live-sessions/ws/live/${this.roomName}`);

    this.ws.onopen = () => {
      console.log('WebSocket connected');
    };

    this.ws.onmessage = (event) => {
      this.handleMessage(event);
    };

    this.ws.onclose = () => {
      console.log('WebSocket disconnected');
    };

    this.ws.onerror = (error) => {
      console.error('WebSocket error:', error);
    };
  }

  handleMessage(event) {
    if (event.data instanceof Blob) {
      // Video frame
      this.displayVideoFrame(event.data);
    } else if (typeof event.data === 'string' && event.data.startsWith('audio:')) {
      // Audio frame
      const audioData = event.data.substring(6);
      this.playAudioFrame(audioData);
    }
  }

  displayVideoFrame(blob) {
    const img = new Image();

    img.onload = () => {
      this.ctx.clearRect(0, 0, this.canvas.width, this.canvas.height);
      this.ctx.drawImage(img, 0, 0, this.canvas.width, this.canvas.height);
    };

    img.src = URL.createObjectURL(blob);
  }

  playAudioFrame(base64Audio) {
    try {
      // Decode base64 to binary
      const binaryString = atob(base64Audio);
      const bytes = new Uint8Array(binaryString.length);
      for (let i = 0; i < binaryString.length; i++) {
        bytes[i] = binaryString.charCodeAt(i);
      }

      // Create audio buffer (adjust sample rate as needed)
      const audioBuffer = this.audioContext.createBuffer(1, bytes.length / 2, 44100);
      const channelData = audioBuffer.getChannelData(0);

      // Convert 16-bit PCM to float
      for (let i = 0; i < bytes.length; i += 2) {
        const sample = (bytes[i] | (bytes[i + 1] << 8)) / 32768.0;
        channelData[i / 2] = Math.max(-1, Math.min(1, sample));
      }

      // Play the audio
      const source = this.audioContext.createBufferSource();
      source.buffer = audioBuffer;
      source.connect(this.audioContext.destination);
      source.start();
    } catch (error) {
      console.error('Error playing audio frame:', error);
    }
  }
}
