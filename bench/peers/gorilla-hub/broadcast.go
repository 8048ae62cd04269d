package main

import (
	"encoding/json"
	"log"
	"net/http"

	"github.com/gorilla/websocket"
)

// broadcastQueue is how many frames may wait for one viewer of a broadcast.
const broadcastQueue = 1000

// videoFrame is what a broadcaster sends.
type videoFrame struct {
	Frame        string `json:"frame"`
	HasRectangle bool   `json:"hasrectangle"`
	Rectangle    struct {
		X1 float64 `json:"x1"`
		Y1 float64 `json:"y1"`
		X2 float64 `json:"x2"`
		Y2 float64 `json:"y2"`
	} `json:"rectangle"`
}

// annotatedFrame is what viewers get.
type annotatedFrame struct {
	Frame    string   `json:"frame"`
	Metadata struct{} `json:"metadata"`
}

// broadcastHub passes the frames of one broadcaster on, as text, written once for all viewers.
type broadcastHub struct {
	viewers *viewers[*websocket.PreparedMessage]
}

func newBroadcastHub() *broadcastHub {
	return &broadcastHub{viewers: newViewers(broadcastQueue, (*websocket.Conn).WritePreparedMessage)}
}

func (h *broadcastHub) serveBroadcaster(w http.ResponseWriter, r *http.Request) {
	conn, err := upgrader.Upgrade(w, r, nil)
	if err != nil {
		return // the upgrader has answered
	}
	defer conn.Close()
	conn.SetReadLimit(maxFrameBytes)
	for {
		_, message, err := conn.ReadMessage()
		if err != nil {
			return
		}
		prepared, err := annotate(message)
		if err != nil {
			log.Printf("frame left out: %v", err)
			continue
		}
		h.viewers.broadcast(prepared)
	}
}

func annotate(message []byte) (*websocket.PreparedMessage, error) {
	var sent videoFrame
	if err := json.Unmarshal(message, &sent); err != nil {
		return nil, err
	}
	text, err := json.Marshal(annotatedFrame{Frame: sent.Frame})
	if err != nil {
		return nil, err
	}
	return websocket.NewPreparedMessage(websocket.TextMessage, text)
}
