// Command ws-viewers is the load of the fan-out benchmark: one source of JPEG frames and any number of WebSocket
// viewers of it, the same for every hub under test.
//
// The source either serves the frames as MJPEG over HTTP (-mjpeg) or sends them to a hub's WebSocket (-publish). Each
// viewer expects a text message and then a binary JPEG for each frame and checks the JPEG byte by byte.
//
// With -broadcast the frames go to a hub as {"frame":"<base64>","hasrectangle":false,"rectangle":{}}, and each viewer
// expects them as {"frame":"<base64>","metadata":{}} and checks the base64 character by character.
//
// With -messages there is no source: each viewer counts the text messages of what it opens, and how many the sequence
// numbers in them say are missing.
//
// It speaks JSON lines on its standard output: {"event":"counting"} when every viewer gets frames and counting begins,
// {"event":"counted"} at the moment it ends, and {"event":"done", …} with the counts. A bad end is told on standard
// error, with exit code 1.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"log"
	"os"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gorilla/websocket"
)

type options struct {
	url       string
	viewers   int
	mjpeg     string
	publish   string
	broadcast string
	messages  bool
	fps       float64
	bytes     int
	settle    time.Duration
	duration  time.Duration
	patience  time.Duration
}

// mark is a line that tells a moment.
type mark struct {
	Event string `json:"event"`
}

// report is the last line of a run.
type report struct {
	Event        string  `json:"event"`
	Seconds      float64 `json:"seconds"`
	SourceFrames int64   `json:"source_frames"`
	Viewers      int     `json:"viewers"`
	Frames       int64   `json:"frames"`
	FewestFrames int64   `json:"fewest_frames"`
	MedianFrames int64   `json:"median_frames"`
	MostFrames   int64   `json:"most_frames"`
	Altered      int64   `json:"altered"`
	Headless     int64   `json:"headless"`
	Missing      int64   `json:"missing"`
	P50Millis    float64 `json:"p50_millis"`
	P99Millis    float64 `json:"p99_millis"`
}

func main() {
	log.SetFlags(0)
	log.SetPrefix("ws-viewers: ")
	var o options
	flag.StringVar(&o.url, "url", "", "WebSocket that the viewers open")
	flag.IntVar(&o.viewers, "viewers", 100, "number of viewers")
	flag.StringVar(&o.mjpeg, "mjpeg", "", "serve the frames as MJPEG on this address, at any path")
	flag.StringVar(&o.publish, "publish", "", "send the frames to this WebSocket")
	flag.StringVar(&o.broadcast, "broadcast", "", "broadcast the frames to this WebSocket")
	flag.BoolVar(&o.messages, "messages", false, "count the text messages of a topic that has a source already")
	flag.Float64Var(&o.fps, "fps", 30, "frames per second of the source")
	flag.IntVar(&o.bytes, "bytes", 40<<10, "size of each JPEG")
	flag.DurationVar(&o.settle, "settle", 2*time.Second, "time between the first frames and the begin of counting")
	flag.DurationVar(&o.duration, "duration", 8*time.Second, "time of counting")
	flag.DurationVar(&o.patience, "patience", 20*time.Second, "longest wait until every viewer gets frames")
	flag.Parse()
	sources := 0
	for _, given := range []bool{o.mjpeg != "", o.publish != "", o.broadcast != "", o.messages} {
		if given {
			sources++
		}
	}
	if o.url == "" || sources != 1 {
		flag.Usage()
		os.Exit(2)
	}
	if err := run(o); err != nil {
		log.Fatal(err)
	}
}

func run(o options) error {
	picture, err := newPicture(o.bytes)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancelCause(context.Background())
	defer cancel(nil)

	source := &source{picture: picture, interval: time.Duration(float64(time.Second) / o.fps)}
	switch {
	case o.mjpeg != "":
		err = source.serve(ctx, o.mjpeg)
	case o.publish != "":
		err = source.publish(ctx, cancel, o.publish, websocket.BinaryMessage)
	case o.broadcast != "":
		picture.inText()
		err = source.publish(ctx, cancel, o.broadcast, websocket.TextMessage)
	}
	if err != nil {
		return err
	}

	var counting atomic.Bool
	var all sync.WaitGroup
	defer all.Wait()
	defer cancel(nil)
	viewers := make([]*viewer, o.viewers)
	for i := range viewers {
		v := &viewer{picture: picture, counting: &counting, messages: o.messages, texts: o.broadcast != ""}
		if err := v.open(ctx, o.url); err != nil {
			if ctx.Err() != nil {
				return context.Cause(ctx) // an earlier viewer's fault
			}
			return fmt.Errorf("viewer %d: %w", i, err)
		}
		viewers[i] = v
		all.Go(func() {
			if err := v.watch(ctx); err != nil && ctx.Err() == nil {
				cancel(fmt.Errorf("viewer %d: %w", i, err))
			}
		})
	}

	if err := awaitFrames(ctx, viewers, o.patience); err != nil {
		return err
	}
	if err := pause(ctx, o.settle); err != nil {
		return err
	}
	sourceBefore, begin := source.sent.Load(), time.Now()
	counting.Store(true)
	tell(mark{"counting"})
	if err := pause(ctx, o.duration); err != nil {
		return err
	}
	counting.Store(false)
	tell(mark{"counted"})
	seconds, sent := time.Since(begin).Seconds(), source.sent.Load()-sourceBefore
	cancel(nil)
	all.Wait()
	tell(summarize(viewers, seconds, sent))
	return nil
}

func awaitFrames(ctx context.Context, viewers []*viewer, patience time.Duration) error {
	for deadline := time.Now().Add(patience); ; {
		waiting := 0
		for _, v := range viewers {
			if !v.started.Load() {
				waiting++
			}
		}
		if waiting == 0 {
			return nil
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("%d of %d viewers got no frame in %v", waiting, len(viewers), patience)
		}
		if err := pause(ctx, 20*time.Millisecond); err != nil {
			return err
		}
	}
}

func pause(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-time.After(d):
		return nil
	}
}

func summarize(viewers []*viewer, seconds float64, sent int64) report {
	r := report{Event: "done", Seconds: seconds, SourceFrames: sent, Viewers: len(viewers)}
	var counts []int64
	var delays []time.Duration
	for _, v := range viewers {
		counts = append(counts, v.frames)
		delays = append(delays, v.delays...)
		r.Frames += v.frames
		r.Altered += v.altered
		r.Headless += v.headless
		r.Missing += v.missing
	}
	slices.Sort(counts)
	r.FewestFrames, r.MedianFrames, r.MostFrames = counts[0], counts[len(counts)/2], counts[len(counts)-1]
	slices.Sort(delays)
	r.P50Millis, r.P99Millis = millisAt(delays, 0.50), millisAt(delays, 0.99)
	return r
}

func millisAt(sorted []time.Duration, quantile float64) float64 {
	if len(sorted) == 0 {
		return 0
	}
	at := min(int(quantile*float64(len(sorted))), len(sorted)-1)
	return float64(sorted[at]) / float64(time.Millisecond)
}

func tell(line any) {
	if err := json.NewEncoder(os.Stdout).Encode(line); err != nil && !errors.Is(err, os.ErrClosed) {
		log.Fatal(err)
	}
}
