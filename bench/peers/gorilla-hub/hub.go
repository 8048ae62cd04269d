package main

import (
	"bytes"
	"encoding/json"
	"image/jpeg"
	"log"
	"net/http"
	"sync"
	"time"

	"github.com/gorilla/websocket"
)

const (
	maxFrameBytes = 8 << 20
	writeTimeout  = 10 * time.Second
	// queueFrames is how many frames may wait for one viewer before the next one is dropped for it.
	queueFrames = 2
)

var upgrader = websocket.Upgrader{
	ReadBufferSize:  4 << 10,
	WriteBufferSize: 4 << 10,
	WriteBufferPool: &sync.Pool{},
}

// frame is prepared once, with all its WebSocket framing, and shared by all viewers.
type frame struct {
	header *websocket.PreparedMessage
	image  *websocket.PreparedMessage
}

type header struct {
	Sequence  uint64  `json:"sequence"`
	Timestamp float64 `json:"timestamp"`
	Width     int     `json:"width"`
	Height    int     `json:"height"`
}

// hub passes the frames of the one stream on.
type hub struct {
	viewers *viewers[*frame]
}

func newHub() *hub {
	return &hub{viewers: newViewers(queueFrames, writeFrame)}
}

func writeFrame(conn *websocket.Conn, f *frame) error {
	if err := conn.WritePreparedMessage(f.header); err != nil {
		return err
	}
	return conn.WritePreparedMessage(f.image)
}

func (h *hub) servePublisher(w http.ResponseWriter, r *http.Request) {
	conn, err := upgrader.Upgrade(w, r, nil)
	if err != nil {
		return // the upgrader has answered
	}
	defer conn.Close()
	conn.SetReadLimit(maxFrameBytes)
	for sequence := uint64(0); ; sequence++ {
		kind, image, err := conn.ReadMessage()
		if err != nil {
			return
		}
		if kind != websocket.BinaryMessage {
			continue
		}
		f, err := prepare(sequence, image)
		if err != nil {
			log.Printf("frame %d left out: %v", sequence, err)
			continue
		}
		h.viewers.broadcast(f)
	}
}

func prepare(sequence uint64, image []byte) (*frame, error) {
	size, err := jpeg.DecodeConfig(bytes.NewReader(image))
	if err != nil {
		return nil, err
	}
	text, err := json.Marshal(header{
		Sequence:  sequence,
		Timestamp: float64(time.Now().UnixNano()) / 1e9,
		Width:     size.Width,
		Height:    size.Height,
	})
	if err != nil {
		return nil, err
	}
	preparedHeader, err := websocket.NewPreparedMessage(websocket.TextMessage, text)
	if err != nil {
		return nil, err
	}
	preparedImage, err := websocket.NewPreparedMessage(websocket.BinaryMessage, image)
	if err != nil {
		return nil, err
	}
	return &frame{header: preparedHeader, image: preparedImage}, nil
}
