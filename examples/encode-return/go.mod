module example.com/encode-return

go 1.26
