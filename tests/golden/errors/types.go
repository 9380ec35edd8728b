package p

import (
	"unsafe"
)

type T struct{ a, a int }
type R struct{ r R }
type I interface{ M(); M() }

func f(x int) string {
	var s string = x
	y := 1
	x.foo()
	return 1
	undefined = 3
}

func g() (int, error) {
	a, b := 1
	for {
		break nowhere
	}
}

func h(t T) {
	h(1, 2)
	h()
	t.missing = 1
	var i I = t
	switch 1 {
	case 1:
	case 1:
	}
	const c int8 = 300
	_ = 1 / 0
	_ = "a" + 1
	if t {
	}
}
