from springhead.cli import main

main()
