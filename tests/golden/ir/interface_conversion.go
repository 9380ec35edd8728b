// CONVIFACE puts a value in an interface, explicit or implicit; a constant, a pointer and a large value look the same here.
package p

type T struct{ a [40]int }

func (*T) Error() string { return "" }

type Big interface {
	error
	More()
}

func convert(n int, t T, b Big) (any, error, any) {
	var x any = n
	x = "constant"
	x = t
	var e error = b
	e = &t
	if x == n {
		return x, e, nil
	}
	return any(b), e, struct{}{}
}
