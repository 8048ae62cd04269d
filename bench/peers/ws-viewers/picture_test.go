package main

import (
	"bytes"
	"image/jpeg"
	"testing"
	"time"
)

func TestAPictureIsAWholeJpegOfTheExactSize(t *testing.T) {
	for _, size := range []int{20 << 10, 40_000, 40 << 10, 100 << 10} {
		p, err := newPicture(size)
		if err != nil {
			t.Fatal(err)
		}
		frame := p.stamped(time.Now())
		if len(frame) != size {
			t.Errorf("%d bytes instead of %d", len(frame), size)
		}
		img, err := jpeg.Decode(bytes.NewReader(frame))
		if err != nil {
			t.Fatal(err)
		}
		if b := img.Bounds(); b.Dx() != widthPx || b.Dy() != heightPx {
			t.Errorf("the picture is %v", b)
		}
	}
}

func TestAPictureThatCannotBeSoSmallIsRefused(t *testing.T) {
	if _, err := newPicture(1000); err == nil {
		t.Error("a 640x480 JPEG of 1000 bytes was made")
	}
}

func TestTheStampComesBack(t *testing.T) {
	p, err := newPicture(40 << 10)
	if err != nil {
		t.Fatal(err)
	}
	sent := time.Unix(1_790_000_000, 123_456_789)
	if got, intact := p.sentAt(p.stamped(sent)); !intact || !got.Equal(sent) {
		t.Errorf("stamp %v, intact %v", got, intact)
	}
}

func TestEveryChangedByteIsNoticed(t *testing.T) {
	p, err := newPicture(40 << 10)
	if err != nil {
		t.Fatal(err)
	}
	frame := p.stamped(time.Now())
	for _, at := range []int{0, stampAt - 1, stampAt, stampAt + stampDigits, 20_000, len(frame) - 1} {
		changed := bytes.Clone(frame)
		changed[at] ^= 0x80
		if _, intact := p.sentAt(changed); intact {
			t.Errorf("a change at byte %d went unnoticed", at)
		}
	}
	if _, intact := p.sentAt(frame[:len(frame)-1]); intact {
		t.Error("a missing byte went unnoticed")
	}
}

func TestTheStampComesBackFromText(t *testing.T) {
	p, err := newPicture(40 << 10)
	if err != nil {
		t.Fatal(err)
	}
	p.inText()
	at := time.Unix(1_795_305_600, 123_456_789)
	message := bytes.Replace(p.stamped(at), []byte(behind), []byte(forViewer), 1)
	if len(message) != p.longest() {
		t.Errorf("%d bytes instead of %d", len(message), p.longest())
	}
	got, intact := p.sentAt(message)
	if !intact || !got.Equal(at) {
		t.Errorf("%v, %v instead of %v", got, intact, at)
	}
	for _, index := range []int{0, len(message) / 2, len(message) - 1} {
		altered := bytes.Clone(message)
		altered[index]++
		if _, intact := p.sentAt(altered); intact {
			t.Errorf("a message that differs at %d passes", index)
		}
	}
}
