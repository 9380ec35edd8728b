// DOTTYPE panics; DOTTYPE2 in an AS2DOTTYPE does not; to a concrete type and to an interface.
package p

type S interface{ String() string }

func assert(v any, e error) (int, string, bool) {
	n := v.(int)
	s, ok := v.(string)
	if _, is := e.(S); is {
		s = e.(S).String()
	}
	p, _ := v.(*int)
	_ = v.([2]byte)
	return n + *p, s, ok
}
