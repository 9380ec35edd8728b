// METHEXPR with the receiver as first argument; ADDR and DEREF that Go puts in by itself; CALLINTER of a DOTINTER.
package p

type T struct{ n int }

func (t T) Value() int    { return t.n }
func (t *T) Pointer() int { return t.n }

type I interface{ Value() int }

func calls(t T, p *T, i I) int {
	return t.Value() + t.Pointer() + p.Value() + p.Pointer() + i.Value()
}
