package p

var fn func() int
var sink interface{}

func counter() func() int {
	n := 0
	return func() int {
		n++
		return n
	}
}

func byValue(x int) func() int {
	return func() int { return x }
}

func called() int {
	x := 1
	f := func() { x++ }
	f()
	return x
}

func nested() func() func() *int {
	a := 1
	return func() func() *int {
		b := 2
		return func() *int {
			a += b
			return &b
		}
	}
}

func deferred() (err error) {
	x := 1
	defer func() {
		x++
		recover()
	}()
	defer println(x)
	return nil
}

func goroutine() {
	x := 1
	done := make(chan bool)
	go func() {
		x++
		done <- true
	}()
	<-done
	go println(&x)
}

func loops() {
	var fs []func() int
	for i := 0; i < 3; i++ {
		fs = append(fs, func() int { return i })
	}
	for i, s := range []string{"a", "b"} {
		fs = append(fs, func() int { return i + len(s) })
		defer func() { sink = &s }()
	}
	for i := range 3 {
		p := &i
		*p = 1
	}
	fn = fs[0]
}

type T struct{ f func() *T }

func (t *T) self() *T { return t }

func methodValues(t *T) {
	f := t.self
	_ = f()
	t.f = t.self
	g := (*T).self
	_ = g(t)
}
