package main

import "testing"

func TestSequenceNumbersAreFoundInMessages(t *testing.T) {
	for message, want := range map[string]int64{
		`{"metadata":{"data_type":"levels","sequence":17,"sample_rate":48000},"data":{}}`: 17,
		`{"sequence":0}`:    0,
		`"sequence":9`:      9,
		`{"timestamp":1.5}`: -1,
		`{"sequence":null}`: -1,
	} {
		got, found := sequenceIn([]byte(message))
		if found != (want >= 0) || (found && got != want) {
			t.Errorf("%s: got %d, %v; want %d", message, got, found, want)
		}
	}
}
