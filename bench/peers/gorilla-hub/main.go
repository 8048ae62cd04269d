// Command gorilla-hub passes the JPEG frames of one publisher on to any number of WebSocket viewers.
//
// It is the peer that mediamesh's fan-out benchmark measures itself against: a small hub as one would write it in Go
// with gorilla/websocket. It prints one line, its base URL, when it listens.
//
//	WS /publish   one binary message a frame
//	WS /viewer    for each frame a text header {"sequence","timestamp","width","height"}, then the JPEG as binary
//
// Beside that it is the hub of a broadcast, with the messages of mediamesh's /broadcaster and /viewer:
//
//	WS /broadcast/broadcaster   one JSON text a frame, with the picture in base64
//	WS /broadcast/viewer        the same picture with metadata
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log"
	"net"
	"net/http"
	"os/signal"
	"syscall"
	"time"
)

func main() {
	listen := flag.String("listen", "127.0.0.1:0", "address to listen on")
	flag.Parse()

	listener, err := net.Listen("tcp", *listen)
	if err != nil {
		log.Fatalf("cannot listen: %v", err)
	}
	hub := newHub()
	mux := http.NewServeMux()
	mux.HandleFunc("/publish", hub.servePublisher)
	mux.HandleFunc("/viewer", hub.viewers.serve)
	broadcast := newBroadcastHub()
	mux.HandleFunc("/broadcast/broadcaster", broadcast.serveBroadcaster)
	mux.HandleFunc("/broadcast/viewer", broadcast.viewers.serve)
	server := &http.Server{Handler: mux, ReadHeaderTimeout: 5 * time.Second}

	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	go func() {
		<-ctx.Done()
		server.Close()
	}()
	fmt.Printf("http://%s\n", listener.Addr())
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		log.Fatalf("stopped serving: %v", err)
	}
}
