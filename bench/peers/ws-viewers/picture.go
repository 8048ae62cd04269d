package main

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"image"
	"image/jpeg"
	"math/rand/v2"
	"strconv"
	"time"
)

const (
	widthPx, heightPx = 640, 480
	// stampDigits is the length of the send time, Unix nanoseconds in hexadecimal, within the comment segment.
	stampDigits = 16
	// The comment follows SOI: FF FE, two bytes of length, the stamp, padding.
	stampAt    = 2 + 4
	minComment = 4 + stampDigits
	maxComment = 2 + 0xFFFF
)

// picture is a 640×480 JPEG of an exact size in which only the stamp differs from frame to frame.
type picture struct {
	template []byte
	// What stands behind the stamp in base64, where the picture is sent as text.
	rest []byte
}

const (
	before    = `{"frame":"`
	behind    = `","hasrectangle":false,"rectangle":{}}`
	forViewer = `","metadata":{}}`
	// stampEnd is the end of the stamp in base64, which has four characters for three bytes.
	stampEnd = (stampAt + stampDigits + 2) / 3 * 4
)

// inText makes it one that is sent as text from now on.
func (p *picture) inText() {
	p.rest = []byte(base64.StdEncoding.EncodeToString(p.template))[stampEnd:]
}

func (p *picture) longest() int {
	return len(before) + base64.StdEncoding.EncodedLen(len(p.template)) + len(forViewer)
}

// newPicture draws a gradient with just so much noise that its JPEG comes near the size, and fills up with a comment.
func newPicture(sizeBytes int) (*picture, error) {
	room := sizeBytes - minComment
	lowest, highest := 0, 128
	var best []byte
	for lowest <= highest {
		noise := (lowest + highest) / 2
		encoded, err := encode(noise)
		if err != nil {
			return nil, err
		}
		if len(encoded) <= room {
			best, lowest = encoded, noise+1
		} else {
			highest = noise - 1
		}
	}
	if best == nil || sizeBytes-len(best) > maxComment {
		return nil, fmt.Errorf("a 640x480 JPEG of %d bytes cannot be made", sizeBytes)
	}
	comment := sizeBytes - len(best)
	template := append([]byte{}, best[:2]...)
	template = append(template, 0xFF, 0xFE)
	template = binary.BigEndian.AppendUint16(template, uint16(comment-2))
	template = append(template, bytes.Repeat([]byte{' '}, comment-4)...)
	return &picture{template: append(template, best[2:]...)}, nil
}

func encode(noise int) ([]byte, error) {
	random := rand.New(rand.NewPCG(640, 480))
	img := image.NewYCbCr(image.Rect(0, 0, widthPx, heightPx), image.YCbCrSubsampleRatio420)
	for y := range heightPx {
		for x := range widthPx {
			gray := 32 + 128*x/widthPx + 48*y/heightPx
			if noise > 0 {
				gray += random.IntN(2*noise+1) - noise
			}
			img.Y[y*img.YStride+x] = byte(min(max(gray, 0), 255))
		}
	}
	for i := range img.Cb {
		img.Cb[i], img.Cr[i] = 120, 136
	}
	var out bytes.Buffer
	err := jpeg.Encode(&out, img, &jpeg.Options{Quality: 80})
	return out.Bytes(), err
}

// stamped is a fresh frame with the time of sending in it.
func (p *picture) stamped(at time.Time) []byte {
	frame := bytes.Clone(p.template)
	copy(frame[stampAt:], fmt.Sprintf("%0*x", stampDigits, at.UnixNano()))
	if p.rest != nil {
		text := append([]byte(before), base64.StdEncoding.EncodeToString(frame[:stampEnd/4*3])...)
		return append(append(text, p.rest...), behind...)
	}
	return frame
}

func (p *picture) sentInTextAt(message []byte) (time.Time, bool) {
	text, found := bytes.CutPrefix(message, []byte(before))
	if !found || len(text) < stampEnd || string(text[stampEnd:]) != string(p.rest)+forViewer {
		return time.Time{}, false
	}
	head, err := base64.StdEncoding.DecodeString(string(text[:stampEnd]))
	if err != nil {
		return time.Time{}, false
	}
	nanos, err := strconv.ParseInt(string(head[stampAt:stampAt+stampDigits]), 16, 64)
	return time.Unix(0, nanos), err == nil
}

// sentAt checks that a frame arrived as it was sent and reads its stamp.
func (p *picture) sentAt(frame []byte) (time.Time, bool) {
	if p.rest != nil {
		return p.sentInTextAt(frame)
	}
	const after = stampAt + stampDigits
	if len(frame) != len(p.template) ||
		!bytes.Equal(frame[:stampAt], p.template[:stampAt]) ||
		!bytes.Equal(frame[after:], p.template[after:]) {
		return time.Time{}, false
	}
	nanos, err := strconv.ParseInt(string(frame[stampAt:after]), 16, 64)
	return time.Unix(0, nanos), err == nil
}
