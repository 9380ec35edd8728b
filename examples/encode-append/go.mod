module example.com/encode-append

go 1.26
