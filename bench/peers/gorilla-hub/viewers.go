package main

import (
	"net/http"
	"sync"
	"time"

	"github.com/gorilla/websocket"
)

// viewers keeps those who watch, each with a queue of what is still to be written to it.
type viewers[T any] struct {
	mu        sync.RWMutex
	queues    map[chan T]struct{}
	queueSize int
	write     func(*websocket.Conn, T) error
}

// newViewers takes how much may wait for one viewer, and how it is written.
func newViewers[T any](queueSize int, write func(*websocket.Conn, T) error) *viewers[T] {
	return &viewers[T]{queues: make(map[chan T]struct{}), queueSize: queueSize, write: write}
}

func (v *viewers[T]) join(queue chan T) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.queues[queue] = struct{}{}
}

func (v *viewers[T]) leave(queue chan T) {
	v.mu.Lock()
	defer v.mu.Unlock()
	delete(v.queues, queue)
}

// broadcast never waits: a viewer whose queue is full does not get this one.
func (v *viewers[T]) broadcast(item T) {
	v.mu.RLock()
	defer v.mu.RUnlock()
	for queue := range v.queues {
		select {
		case queue <- item:
		default:
		}
	}
}

func (v *viewers[T]) serve(w http.ResponseWriter, r *http.Request) {
	conn, err := upgrader.Upgrade(w, r, nil)
	if err != nil {
		return // the upgrader has answered
	}
	defer conn.Close()
	queue := make(chan T, v.queueSize)
	v.join(queue)
	defer v.leave(queue)

	gone := make(chan struct{})
	go func() {
		defer close(gone)
		conn.SetReadLimit(4 << 10)
		for {
			if _, _, err := conn.NextReader(); err != nil {
				return
			}
		}
	}()
	for {
		select {
		case <-gone:
			return
		case item := <-queue:
			conn.SetWriteDeadline(time.Now().Add(writeTimeout))
			if v.write(conn, item) != nil {
				return
			}
		}
	}
}
