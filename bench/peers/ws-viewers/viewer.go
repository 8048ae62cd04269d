package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync/atomic"
	"time"

	"github.com/gorilla/websocket"
)

// viewer reads its WebSocket as fast as frames come. Its counts may be read after watch has returned.
type viewer struct {
	picture  *picture
	counting *atomic.Bool
	started  atomic.Bool
	conn     *websocket.Conn

	frames   int64
	altered  int64
	headless int64
	delays   []time.Duration
}

func (v *viewer) open(ctx context.Context, url string) error {
	// A read buffer larger than a frame saves most of the reads, and with them CPU time that the hubs could use.
	dialer := websocket.Dialer{ReadBufferSize: 64 << 10, WriteBufferSize: 1 << 10, HandshakeTimeout: 10 * time.Second}
	conn, answer, err := dialer.DialContext(ctx, url, nil)
	if err != nil {
		if answer != nil {
			return fmt.Errorf("%w (%s)", err, answer.Status)
		}
		return err
	}
	v.conn = conn
	return nil
}

func (v *viewer) watch(ctx context.Context) error {
	defer context.AfterFunc(ctx, func() { v.conn.Close() })()
	defer v.conn.Close()
	buffer := make([]byte, len(v.picture.template)+1)
	header := false
	for {
		kind, reader, err := v.conn.NextReader()
		if err != nil {
			return err
		}
		if kind == websocket.TextMessage {
			header = true
			continue
		}
		size, err := io.ReadFull(reader, buffer)
		if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
			return err
		}
		v.took(buffer[:size], header)
		header = false
	}
}

func (v *viewer) took(frame []byte, withHeader bool) {
	v.started.Store(true)
	if !v.counting.Load() {
		return
	}
	v.frames++
	if !withHeader {
		v.headless++
	}
	sentAt, intact := v.picture.sentAt(frame)
	if !intact {
		v.altered++
		return
	}
	v.delays = append(v.delays, time.Since(sentAt))
}
