package main

import "testing"

var global []byte

func BenchmarkEncode(b *testing.B) {
	var local []byte
	for i := 0; i < b.N; i++ {
		local, _ = Encode(10)
	}
	global = local
}
