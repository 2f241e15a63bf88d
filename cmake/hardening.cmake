# Hardening of what is installed; sanitizers replace it in test builds.
include(CheckCCompilerFlag)
include(CheckPIESupported)
check_pie_supported(LANGUAGES C)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)

# The same bytes whatever the directory the build is made in.
add_compile_options(
	"-ffile-prefix-map=${PROJECT_BINARY_DIR}/="
	"-ffile-prefix-map=${PROJECT_BINARY_DIR}=build"
	"-ffile-prefix-map=${PROJECT_SOURCE_DIR}/="
	"-ffile-prefix-map=${PROJECT_SOURCE_DIR}=."
)

# Clang 14 knows the last but only accepts it with a second, temporary flag.
set(hardening_flags
	-fstack-protector-strong
	-fstack-clash-protection
	-ftrivial-auto-var-init=zero
	-fno-strict-aliasing
)

if(POINTEAU_SANITIZE)
	set(sanitize_flags
		-fsanitize=${POINTEAU_SANITIZE}
		-fno-sanitize-recover=all
		-fno-omit-frame-pointer
	)
	add_compile_options(${sanitize_flags})
	add_link_options(${sanitize_flags})
elseif(POINTEAU_HARDENING)
	foreach(flag ${hardening_flags})
		string(MAKE_C_IDENTIFIER "HAVE${flag}" known)
		check_c_compiler_flag(${flag} ${known})
		if(${known})
			add_compile_options(${flag})
		endif()
	endforeach()
	# The C library refuses to fortify what is not optimised.
	if(NOT CMAKE_BUILD_TYPE STREQUAL "Debug")
		add_compile_options(-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3)
	endif()
	add_link_options(
		-Wl,-z,relro
		-Wl,-z,now
		-Wl,-z,noexecstack
	)
endif()
