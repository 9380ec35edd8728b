// PANIC converts its argument to an interface; RECOVER stands in the deferred closure; a bare return with named results.
package p

type failure struct{ code int }

func guarded(n int) (code int, err any) {
	defer func() {
		if err = recover(); err != nil {
			code = err.(failure).code
		}
	}()
	if n > 3 {
		panic(failure{n})
	}
	if n > 2 {
		panic("text")
	}
	return
}
