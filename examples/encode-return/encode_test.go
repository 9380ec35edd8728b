package main

import "testing"

var global []byte

func BenchmarkEncode(b *testing.B) {
	var local []byte
	for b.Loop() {
		local, _ = Encode(10)
	}
	global = local
}
