package p

import "unsafe"

//go:linkname memmove runtime.memmove
func memmove(_, _ unsafe.Pointer, _ uintptr)

//go:linkname free runtime.free
func free(unsafe.Pointer, uintptr)

//go:noescape
//go:linkname clear runtime.memclrNoHeapPointers
func clear(ptr unsafe.Pointer, n uintptr)

var f = memmove

func use(p *int) {
	var x int
	memmove(unsafe.Pointer(p), unsafe.Pointer(&x), 8)
	var y int
	free(unsafe.Pointer(&y), 8)
	var z int
	clear(unsafe.Pointer(&z), 8)
}
