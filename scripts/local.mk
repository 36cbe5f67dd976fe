EXTRA_DIST += %D%/check %D%/demo %D%/lib.sh
