// Counts the pictures of a page, the messages that it handles, and how often it drew meanwhile.
window.drawing = { pictures: 0, handled: 0, drawn: 0, drawnInHandlers: 0, slowestHandlerMillis: 0 };
{
  const seen = window.drawing;
  let handling = false;
  const property = Object.getOwnPropertyDescriptor(WebSocket.prototype, 'onmessage');
  Object.defineProperty(WebSocket.prototype, 'onmessage', {
    ...property,
    set(handler) {
      const watched = (event) => {
        const began = performance.now();
        handling = true;
        try {
          handler(event);
        } finally {
          handling = false;
          seen.handled += 1;
          seen.slowestHandlerMillis = Math.max(seen.slowestHandlerMillis, performance.now() - began);
        }
      };
      property.set.call(this, handler && watched);
    },
  });
  for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(CanvasRenderingContext2D.prototype))) {
    if (typeof value === 'function') {
      CanvasRenderingContext2D.prototype[name] = function (...values) {
        seen.drawn += 1;
        seen.drawnInHandlers += handling ? 1 : 0;
        return value.apply(this, values);
      };
    }
  }
  const next = () => {
    seen.pictures += 1;
    requestAnimationFrame(next);
  };
  next();
}
