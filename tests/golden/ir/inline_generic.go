// Instances are inlined as their shapes, the dictionary's address becomes a variable; the closure is inlined into apply's body.
package p

func first[T any](s []T) (r T, ok bool) {
	if len(s) == 0 {
		return
	}
	return s[0], true
}

func apply[T, R any](v T, f func(T) R) R { return f(v) }

func caller(s []string) (int, bool) {
	v, ok := first(s)
	return apply(v, func(s string) int { return len(s) }), ok
}
