// Values that live where they live for every reason there is.
package values

type T struct{ a, b int }

var global *T

func returned() *T {
	x := T{1, 2} // explain: x
	p := &x
	return p
}

func keep(t *T) { global = t }

//go:noinline
func pass(t *T) { keep(t) }

func inGlobal() {
	y := T{} // explain: y, through a call
	pass(&y)
}

func sent(ch chan *T) {
	ch <- &T{3, 4} // explain: sent
}

func captured() func() int {
	n := 0 // explain: captured
	return func() int {
		n++
		return n
	}
}

func large() byte {
	b := make([]byte, 1<<20) // explain: large
	return b[0]
}

func unknown(n int) byte {
	b := make([]byte, n) // explain: small ones stay
	return b[0]
}

func loop(ts []*T) *T {
	var last *T
	for i := range 3 {
		v := T{a: i} // explain: outlives the iteration
		last = &v
		if last.a > 2 {
			println(last.a)
		}
	}
	println(last.a)
	return nil
}

func grown() []*T {
	var ts []*T
	for i := range 3 {
		ts = append(ts, &T{a: i}) // explain: appended
	}
	return ts
}

func mapped(m map[string]*T) {
	m["x"] = &T{} // explain: in a map
}

type Area interface{ Area() int }

func (t *T) Area() int { return t.a * t.b }

//go:noinline
func dynamic(a Area) int { return a.Area() }

func throughInterface() int {
	t := &T{2, 3} // explain: an interface's method
	return dynamic(t)
}

func funcValue(f func(*T)) {
	f(&T{}) // explain: a function value
}

func async(done chan bool) {
	n := 3 // explain: a goroutine
	go func() {
		n++
		done <- n > 3
	}()
}

func deferred() {
	for i := range 3 {
		defer func() { println(i) }() // explain: defer in a loop
	}
}

func (t *T) through(u *T) { t.next().a = u.a }

func (t *T) next() *T { return t }

type Node[V any] struct {
	val  V
	next *Node[V]
}

type List[V any] struct{ head *Node[V] }

type Celsius float64

func (l *List[V]) Push(v V) {
	l.head = &Node[V]{v, l.head} // explain: generic
}

func generic() {
	var l List[Celsius]
	l.Push(36.6)
}

func constant() {
	panic("no") // explain: constant
}

func stays(s string) int {
	buf := [64]byte{} // explain: stays
	return copy(buf[:], s)
}

type big struct{ a [2000]byte }

func noRoom(n int, b big) (any, int) {
	p := make([]big, n) // explain: not constant, and large elements
	var a any = b       // explain: large in an interface
	if x, ok := a.(big); ok {
		return T{1, 2}, len(p) + len(x.a) // explain: a constant struct
	}
	return nil, 0
}
