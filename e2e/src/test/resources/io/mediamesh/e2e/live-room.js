// What pages of users do with rooms, for LiveSessionTest.

// Publishes this browser's (fake) camera and microphone to a room with LiveKit's own client; tells how many tracks.
window.publishCamera = async (url, token) => {
  window.room = new LivekitClient.Room();
  await window.room.connect(url, token);
  await window.room.localParticipant.enableCameraAndMicrophone();
  return window.room.localParticipant.trackPublications.size;
};

// Plays a room with the document's player, and counts what it is handed.
window.play = async (roomName) => {
  document.body.innerHTML = '<canvas id="videoCanvas" width="640" height="480"></canvas>';
  const player = new LiveStreamPlayer(roomName);
  const display = player.displayVideoFrame.bind(player);
  window.shown = 0;
  player.displayVideoFrame = (blob) => {
    window.shown += 1;
    display(blob);
  };
  const sound = player.playAudioFrame.bind(player);
  window.samples = 0;
  player.playAudioFrame = (audio) => {
    window.samples += atob(audio).length / 2;
    sound(audio);
  };
  window.player = player;
  return await player.startSession(false);
};

// How many different colours the canvas has: a picture has many, an empty canvas one.
window.colours = () => {
  const pixels = document.getElementById('videoCanvas').getContext('2d').getImageData(0, 0, 640, 480).data;
  const seen = new Set();
  for (let at = 0; at < pixels.length; at += 4 * 97) {
    seen.add((pixels[at] << 16) | (pixels[at + 1] << 8) | pixels[at + 2]);
  }
  return seen.size;
};
