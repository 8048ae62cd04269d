package main

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/gorilla/websocket"
)

// source gives the frames at a steady pace, for as long as its context lives.
type source struct {
	picture  *picture
	interval time.Duration
	sent     atomic.Int64
}

// serve answers every request on the address with an endless multipart/x-mixed-replace of JPEGs.
func (s *source) serve(ctx context.Context, address string) error {
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return err
	}
	server := &http.Server{
		Handler:           http.HandlerFunc(s.answer),
		ReadHeaderTimeout: 5 * time.Second,
		BaseContext:       func(net.Listener) context.Context { return ctx },
	}
	go server.Serve(listener)
	context.AfterFunc(ctx, func() { server.Close() })
	return nil
}

func (s *source) answer(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "multipart/x-mixed-replace; boundary=frame")
	w.Header().Set("Cache-Control", "no-store")
	flusher := http.NewResponseController(w)
	s.pace(r.Context(), func(frame []byte) error {
		_, err := fmt.Fprintf(w, "--frame\r\nContent-Type: image/jpeg\r\nContent-Length: %d\r\n\r\n", len(frame))
		if err == nil {
			_, err = w.Write(append(frame, '\r', '\n'))
		}
		if err == nil {
			err = flusher.Flush()
		}
		return err
	})
}

// publish sends the frames to a WebSocket, one message of this kind each.
func (s *source) publish(ctx context.Context, cancel context.CancelCauseFunc, url string, kind int) error {
	conn, _, err := websocket.DefaultDialer.DialContext(ctx, url, nil)
	if err != nil {
		return fmt.Errorf("cannot publish: %w", err)
	}
	context.AfterFunc(ctx, func() {
		// A broadcast that ends without a word would be waited for.
		end := websocket.FormatCloseMessage(websocket.CloseNormalClosure, "")
		conn.WriteControl(websocket.CloseMessage, end, time.Now().Add(time.Second))
		conn.Close()
	})
	go func() {
		err := s.pace(ctx, func(frame []byte) error { return conn.WriteMessage(kind, frame) })
		if err != nil && ctx.Err() == nil {
			cancel(fmt.Errorf("publishing ended: %w", err))
		}
	}()
	return nil
}

func (s *source) pace(ctx context.Context, send func(frame []byte) error) error {
	ticker := time.NewTicker(s.interval)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-ticker.C:
			if err := send(s.picture.stamped(time.Now())); err != nil {
				return err
			}
			s.sent.Add(1)
		}
	}
}
