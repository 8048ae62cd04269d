package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/gorilla/websocket"
)

// viewer reads its WebSocket as fast as frames come. Its counts may be read after watch has returned.
type viewer struct {
	picture  *picture
	counting *atomic.Bool
	messages bool
	texts    bool
	started  atomic.Bool
	conn     *websocket.Conn

	frames   int64
	altered  int64
	headless int64
	missing  int64
	delays   []time.Duration

	sequence int64
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
	if v.messages {
		return v.count()
	}
	buffer := make([]byte, v.picture.longest()+1)
	header := false
	for {
		kind, reader, err := v.conn.NextReader()
		if err != nil {
			return err
		}
		if kind == websocket.TextMessage && !v.texts {
			header = true
			continue
		}
		size, err := io.ReadFull(reader, buffer)
		if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
			return err
		}
		v.took(buffer[:size], header || v.texts)
		header = false
	}
}

// count counts text messages. Their sequence numbers are compared from the first message on, so that one which is
// missing while counting begins is seen too.
func (v *viewer) count() error {
	buffer := make([]byte, 64<<10)
	for {
		kind, reader, err := v.conn.NextReader()
		if err != nil {
			return err
		}
		size, err := io.ReadFull(reader, buffer)
		if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, io.EOF) {
			return err
		}
		if kind != websocket.TextMessage {
			continue
		}
		sequence, found := sequenceIn(buffer[:size])
		if !found {
			return fmt.Errorf("a message without a sequence number: %.200s", buffer[:size])
		}
		before := v.sequence
		v.sequence = sequence
		v.started.Store(true)
		if v.counting.Load() {
			v.frames++
			if before != 0 && sequence > before {
				v.missing += sequence - before - 1
			}
		}
	}
}

// sequenceIn finds the number in `"sequence":7`.
func sequenceIn(message []byte) (int64, bool) {
	_, rest, found := bytes.Cut(message, []byte(`"sequence":`))
	if !found {
		return 0, false
	}
	end := bytes.IndexFunc(rest, func(r rune) bool { return r < '0' || r > '9' })
	if end < 0 {
		end = len(rest)
	}
	number, err := strconv.ParseInt(string(rest[:end]), 10, 64)
	return number, err == nil
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
