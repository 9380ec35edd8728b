package p

type T struct{ x int }

func (t T) get() int      { return t.x }
func (t *T) set(x int)    { t.x = x }
func (t *T) chain() *T    { return t }
func small(a, b int) int  { return a + b }
func twice(a int) int     { return small(small(a, a), a) }
func named(a int) (r int) { r = a; return }
func early(a int) int {
	if a > 0 {
		return 1
	}
	return 2
}
func loop(n int) (s int) {
	for i := 0; i < n; i++ {
		s += i
	}
	return
}
func ranges(xs []int, m map[string]int) (s int) {
	for _, x := range xs {
		s += x
	}
	for k, v := range m {
		s += len(k) + v
	}
	return s
}
func recursive(n int) int {
	if n == 0 {
		return 0
	}
	return recursive(n-1) + 1
}
func even(n int) bool {
	if n == 0 {
		return true
	}
	return odd(n - 1)
}
func odd(n int) bool {
	if n == 0 {
		return false
	}
	return even(n - 1)
}
func apply(f func(int) int, x int) int { return f(x) }
func useApply(y int) int {
	return apply(func(x int) int { return x + y }, 2)
}
func direct() int {
	return func() int { return 3 }()
}
func variable() int {
	f := func(a int) int { return a * 2 }
	return f(1) + f(2)
}

//go:noinline
func never() {}

func recovers() { recover() }
func defers()   { defer never() }
func gos()      { go never() }
func selects(c chan int) int {
	select {
	case x := <-c:
		return x
	default:
	}
	return 0
}
func switches(x int) string {
	switch {
	case x > 1:
		return "a"
	case x < 0:
		fallthrough
	default:
		return "b"
	}
}
func typeSwitch(x any) int {
	switch x := x.(type) {
	case int:
		return x
	case string:
		return len(x)
	}
	return 0
}
func labels() int {
outer:
	for {
		for {
			break outer
		}
	}
	goto end
end:
	return 1
}
func panics(x int) {
	if x > 1 {
		panic("too large")
	}
}
func costly(a, b, c, d int) int {
	never()
	never()
	return small(a, b) + small(c, d)
}
func multi() (int, string) { return 1, "a" }
func useMulti() string {
	n, s := multi()
	_ = n
	return s
}
func pass(a int, s string) int { return a + len(s) }
func forward() int             { return pass(multi()) }

type I interface{ get() int }

func devirt() int {
	var i I = T{1}
	return i.get()
}
func embedded() int {
	type E struct{ *T }
	e := E{&T{2}}
	e.set(3)
	return e.get() + e.chain().x
}
func closureVars() func() int {
	a, b := 1, 2
	return func() int {
		a++
		return small(a, b)
	}
}
func mapOps(m map[string]int) int {
	v, ok := m["a"]
	if !ok {
		delete(m, "b")
	}
	clear(m)
	return min(v, 3, max(1, len(m)))
}
func constIf() int {
	const debug = false
	if debug {
		never()
		never()
	}
	if true {
		return 1
	} else {
		never()
	}
	return 2
}
