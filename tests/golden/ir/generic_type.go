// Methods of List, one for each shape, with .dict behind the receiver; those of List[int] are wrappers that add it.
package p

type List[T any] struct {
	head T
	next *List[T]
}

func (l *List[T]) Push(v T) *List[T] { return &List[T]{v, l} }
func (l *List[T]) Each(f func(T)) {
	for ; l != nil; l = l.next {
		f(l.head)
	}
}

func use(f func(string)) *List[int] {
	var s *List[string]
	s.Push("a").Each(f)
	var i *List[int]
	return i.Push(1)
}
