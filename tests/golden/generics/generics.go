package p

type Number interface{ ~int | ~float64 }

func Sum[T Number](xs []T) (s T) {
	for _, x := range xs {
		s += x
	}
	return s
}

func Map[T, U any](xs []T, f func(T) U) []U {
	out := make([]U, 0, len(xs))
	for _, x := range xs {
		out = append(out, f(x))
	}
	return out
}

type List[T any] struct {
	head *elem[T]
	n    int
}
type elem[T any] struct {
	next *elem[T]
	val  T
}

func (l *List[T]) Push(v T) {
	l.head = &elem[T]{l.head, v}
	l.n++
}
func (l *List[T]) Len() int { return l.n }
func (l *List[T]) Each(f func(T)) {
	for e := l.head; e != nil; e = e.next {
		f(e.val)
	}
}
func (l *List[T]) All() func(yield func(T) bool) {
	return func(yield func(T) bool) {
		for e := l.head; e != nil; e = e.next {
			if !yield(e.val) {
				return
			}
		}
	}
}

type Pair[K comparable, V any] struct {
	Key K
	Val V
}

func Make[K comparable, V any](k K, v V) Pair[K, V] { return Pair[K, V]{k, v} }
func (p Pair[K, V]) Get() V                         { return p.Val }
func (p *Pair[K, V]) Ptr() *V                       { return &p.Val }

type Stringer interface{ String() string }
type name string

func (n name) String() string { return string(n) }

func Join[T Stringer](xs ...T) (s string) {
	for _, x := range xs {
		s += x.String()
	}
	return
}

func Zero[T any]() *T {
	var z T
	return &z
}

func Ptr[T any](v T) *T { return &v }

func Is[T any](x any) bool {
	_, ok := x.(T)
	return ok
}

func Switch[T any](x T) int {
	switch any(x).(type) {
	case int:
		return 1
	case string:
		return 2
	}
	return 0
}

type Tree[T interface{ Less(T) bool }] struct {
	left, right *Tree[T]
	val         T
}

func (t *Tree[T]) Insert(v T) *Tree[T] {
	if t == nil {
		return &Tree[T]{val: v}
	}
	if v.Less(t.val) {
		t.left = t.left.Insert(v)
	} else {
		t.right = t.right.Insert(v)
	}
	return t
}

type myInt int

func (a myInt) Less(b myInt) bool { return a < b }

func use() {
	_ = Sum([]int{1, 2})
	_ = Sum([]float64{1, 2})
	_ = Map([]int{1}, func(i int) string { return "" })
	var l List[string]
	l.Push("a")
	l.Each(func(s string) { println(s) })
	for s := range l.All() {
		println(s)
	}
	p := Make("k", &l)
	_ = p.Get()
	_ = p.Ptr()
	_ = Join(name("a"), name("b"))
	_ = Zero[int]()
	_ = Ptr("x")
	_ = Is[string](l)
	_ = Switch(3)
	var t *Tree[myInt]
	t = t.Insert(1)
	f := Sum[myInt]
	_ = f(nil)
	g := l.Len
	_ = g()
}
