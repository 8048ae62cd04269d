const eventSource = new EventSource('http://localhost:8768');
eventSource.onmessage = function(event) {
    const data = JSON.parse(event.data);
    console.log('Received:', data);
};
