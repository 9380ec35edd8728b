package main

import "testing"

var global []byte

func BenchmarkEncode(b *testing.B) {
	local := make([]byte, 0, 8)
	for b.Loop() {
		local = EncodeUint64(local[:0], 10)
	}
	global = local
}
