# The man pages, written by the programs themselves from their tables of
# commands and settings: man/man1/pointeau.1, man/fr/man1/pointeau.1 … below
# the build directory. Made with everything else where the programs run as
# they are installed; the target `man` makes them anywhere.

set(POINTEAU_MAN ON)
if(CMAKE_CROSSCOMPILING OR POINTEAU_FUZZ OR POINTEAU_SANITIZE)
	set(POINTEAU_MAN OFF)
endif()
if(POINTEAU_MAN)
	add_custom_target(man ALL)
else()
	add_custom_target(man)
endif()

# pointeau_man(PROGRAM SECTION): the page of a program in both languages.
function(pointeau_man program section)
	foreach(language IN ITEMS en fr)
		set(place "man${section}")
		if(NOT language STREQUAL "en")
			set(place "${language}/man${section}")
		endif()
		set(page "${PROJECT_BINARY_DIR}/man/${place}/${program}.${section}")
		add_custom_command(OUTPUT "${page}"
			COMMAND "${CMAKE_COMMAND}" -E make_directory
				"${PROJECT_BINARY_DIR}/man/${place}"
			COMMAND "${CMAKE_COMMAND}" -E env "LC_ALL=${language}"
				"$<TARGET_FILE:${program}>" man > "${page}"
			DEPENDS ${program}
			VERBATIM)
		add_custom_target("man-${language}-${program}" DEPENDS "${page}")
		add_dependencies(man "man-${language}-${program}")
		if(POINTEAU_MAN)
			pointeau_component(component ${program})
			install(FILES "${page}" COMPONENT ${component}
				DESTINATION "${CMAKE_INSTALL_MANDIR}/${place}")
		endif()
	endforeach()
endfunction()
