// How stories are told: names as the source has them, long lines, statements of the compiler's own making.
package words

type T struct{ a, b int }

type failed struct{ why string }

func (f *failed) Error() string { return f.why }
func failure(why string) error  { return &failed{why} }

func make2(n int) (t *T, err error) {
	if n < 0 {
		return nil, failure("negative") // explain: inlined
	}
	t = &T{n, n} // explain: a result with a name
	return
}

func useMake2(n int) (*T, error) {
	t, err := make2(n) // explain: inlined here, what it assigns to its result
	return t, err
}

var call func(*T)

func statements(list []*T) {
	for _, p := range list {
		defer call(p)       // explain: the closure made for defer
		go call(&T{1, p.a}) // explain: the closure made for go, and its argument
	}
}

//go:noinline
func upper(s string) string {
	if len(s) > 3 {
		return "X"
	}
	return s
}

func converted(b []byte) string {
	return string(b) // explain: the whole conversion underlined
}

func convertedInside(b []byte) string {
	return upper(string(b)) // explain: underlined within a call
}

func outer(n int) (all [][]byte) {
	add := func() {
		all = append(all, make([]byte, n)) // explain: into a variable of the function around
	}
	add()
	return all
}

func long(m map[string]any) {
	m["a key"], m["another key"], m["and one more, so that this line is wider than a screen"], m["the last"] = 1, 2, 3, &T{4, 4} // explain: long line
}

func tooLong(what func(...any), n int) {
	what("some text that goes on and on", "and on, until nobody reads it any more because it is so very long", "and then", n, &n) // explain: seen in part
}

func Clone[S ~[]E, E any](s S) S { return append(S{}, s...) }

func clone(n int) []T { return Clone(make([]T, n)) } // explain: an instance of a generic function

func pair() (a, b *T) { return &T{1, 2}, &T{3, 4} }

func several() (*T, *T, error) {
	p, q := pair() // explain: two in one line
	return p, q, nil
}

func relay() (*T, *T) { return pair() } // explain: results handed on

func Generic[K comparable, V any](k K, v V) map[K]V {
	return map[K]V{k: v} // explain: used nowhere here
}

func five() []any {
	x, y := 1000, "y"
	return []any{x, y, &x, &y, T{x, x}} // explain: more than a screen
}

func name(parts []string) string { return "<" + parts[0] + ">" } // explain: a string

type shape interface{ Error() string }

func asserted(s shape) {
	f := &failed{"x"} // explain: out of an interface, by a type assertion of two results
	s = f
	if g, ok := s.(*failed); ok {
		failures = append(failures, g)
	}
}

var failures []*failed

func ranged() {
	for _, f := range []*failed{{"y"}} { // explain: an element, by a loop whose variable moves to the heap
		func() { last = &f }()
	}
}

var last **failed

var table = map[string]*T{"a": {1, 2}} // explain: once

type scanner struct {
	space [8]byte
	b     []byte
}

func selfish(read func(scanner)) {
	s := scanner{} // explain: points into itself
	s.b = s.space[:2]
	read(s)
}

var _ = (&T{1, 2}).keep // explain: the receiver of a method value, a literal

func (t *T) keep() { table["kept"] = t }

func workers(n int) {
	work := func() { println(n) } // explain: run by goroutines
	go work()
	for range n {
		done := func() { println(n) } // explain: deferred by its name
		defer done()
		go work()
	}
}
