// A local too large for the stack: over 128 KiB for a declared variable, 64 KiB and more for make, new and &T{}.
package main

//go:noinline
func fill(b []byte) { b[0] = 1 }

func main() {
	var fits [128 << 10]byte
	var large [128<<10 + 1]byte
	fill(fits[:])
	fill(large[:])
	fill(make([]byte, 64<<10-1))
	fill(make([]byte, 64<<10+1))
}
