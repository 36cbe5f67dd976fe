libleecore_a_SOURCES += \
	%D%/library.c %D%/library.h \
	%D%/axis.c %D%/axis.h \
	%D%/chain.c %D%/chain.h \
	%D%/compare.c %D%/compare.h \
	%D%/direction.c %D%/direction.h \
	%D%/drift_cell.c %D%/drift_cell.h \
	%D%/drift_counts.c %D%/drift_counts.h \
	%D%/drift_ks.c %D%/drift_ks.h \
	%D%/drift_layout.c %D%/drift_layout.h \
	%D%/drift_measure.c %D%/drift_measure.h \
	%D%/filter.c %D%/filter.h %D%/filter_parse.c %D%/filter_parts.h \
	%D%/m4.c %D%/m4.h \
	%D%/order.c %D%/order.h \
	%D%/rate.c %D%/rate.h
