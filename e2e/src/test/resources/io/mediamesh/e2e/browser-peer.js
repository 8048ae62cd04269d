// What the pages of users do, for BrowserPeerTest: publish grey by WHIP, watch by WHEP.
window.prefer = (transceiver, kind, codec) => {
  const known = kind.getCapabilities('video').codecs;
  const wanted = known.filter((entry) => entry.mimeType.toUpperCase() === 'VIDEO/' + codec);
  if (wanted.length === 0) {
    throw new Error('this browser does not know ' + codec);
  }
  transceiver.setCodecPreferences([...wanted, ...known.filter((entry) => /rtx|red|ulpfec/i.test(entry.mimeType))]);
};

window.negotiate = async (peer, url) => {
  await peer.setLocalDescription(await peer.createOffer());
  const answer = await fetch(url, {
    method: 'POST',
    headers: {'Content-Type': 'application/sdp'},
    body: peer.localDescription.sdp,
  });
  if (answer.status !== 201) {
    throw new Error(answer.status + ' ' + (await answer.text()));
  }
  await peer.setRemoteDescription({type: 'answer', sdp: await answer.text()});
  return answer.headers.get('Location');
};

// Sends grey of this level; window.heard are the intensities that came back, window.session where to end it.
window.publish = async (stream, codec, level) => {
  const canvas = document.createElement('canvas');
  canvas.width = 320;
  canvas.height = 240;
  const context = canvas.getContext('2d');
  setInterval(() => {
    context.fillStyle = `rgb(${level},${level},${level})`;
    context.fillRect(0, 0, 320, 240);
  }, 33);
  const peer = new RTCPeerConnection();
  window.publisher = peer;
  const [track] = canvas.captureStream(30).getVideoTracks();
  window.prefer(peer.addTransceiver(track, {direction: 'sendonly'}), RTCRtpSender, codec);
  window.heard = [];
  peer.createDataChannel('any').onmessage = (message) =>
    window.heard.push(JSON.parse(message.data).current_intensity);
  window.session = await window.negotiate(peer, '/whip/' + stream);
};

// Watches; window.watched tells, after so many frames, the codec, and window.grey the level in the
// middle of the picture.
window.watch = async (stream, codec) => {
  const peer = new RTCPeerConnection();
  window.watcher = peer;
  window.prefer(peer.addTransceiver('video', {direction: 'recvonly'}), RTCRtpReceiver, codec);
  const video = document.createElement('video');
  video.muted = true;
  video.autoplay = true;
  document.body.append(video);
  peer.ontrack = ({track}) => (video.srcObject = new MediaStream([track]));
  window.viewing = await window.negotiate(peer, '/whep/' + stream);
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = 8;
  const context = canvas.getContext('2d');
  window.watched = async (frames) => {
    for (;;) {
      const stats = await peer.getStats();
      const video = [...stats.values()].find((entry) => entry.type === 'inbound-rtp' && entry.framesDecoded > frames);
      const codec = video && stats.get(video.codecId);
      if (codec) {
        return codec.mimeType;
      }
      await new Promise((later) => setTimeout(later, 50));
    }
  };
  window.grey = () => {
    context.drawImage(video, 0, 0, 8, 8);
    return context.getImageData(4, 4, 1, 1).data[0];
  };
};
