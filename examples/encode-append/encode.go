// An encoder whose signature leaves the allocation to its caller: it appends to the slice that it is given.
package main

// EncodeUint64 appends v to dst in an order-preserving form, eight bytes with the highest first, and returns the
// extended slice. A caller who keeps the slice pays for its memory once.
func EncodeUint64(dst []byte, v uint64) []byte {
	return append(dst,
		byte(v>>56), byte(v>>48), byte(v>>40), byte(v>>32),
		byte(v>>24), byte(v>>16), byte(v>>8), byte(v))
}

func main() {
	var room [64]byte
	data := room[:0]
	for i := uint64(0); i < 4; i++ {
		data = EncodeUint64(data, i)
	}
	println(len(data))
}
