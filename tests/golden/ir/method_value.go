// METHVALUE binds the receiver now.
package p

type T struct{ n int }

func (t *T) Add(n int) { t.n += n }

type I interface{ Add(int) }

func values(t *T, i I) (func(int), func(int)) {
	f := t.Add
	g := i.Add
	return f, g
}
