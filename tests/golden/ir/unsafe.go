// Sizes and offsets are constants; unsafe.Add, Slice, String and their data are nodes of their own; conversions are CONVNOP.
package p

import "unsafe"

type T struct {
	a byte
	b int32
}

func raw(t *T, s []byte, u string, n int) (uintptr, *int32, []int32, string) {
	p := unsafe.Pointer(t)
	q := (*int32)(unsafe.Pointer(uintptr(p) + unsafe.Offsetof(t.b)))
	r := (*int32)(unsafe.Add(p, 4))
	_ = unsafe.StringData(u)
	return unsafe.Sizeof(*t) + unsafe.Alignof(q), q, unsafe.Slice(r, n), unsafe.String(unsafe.SliceData(s), n)
}
