@echo off
rem The command line of Brume for Windows: finds a JDK, builds on first use, adds the flags the JVM wants.
rem After changes of sources, delete diffusion\target\built.
rem
rem   BRUME_JAVA          the java to run, instead of JAVA_HOME's or the one on the path
rem   BRUME_JAVA_OPTIONS  further flags for the JVM, -Xmx8g for example
setlocal
set "home=%~dp0"
set "java=java"
if defined JAVA_HOME set "java=%JAVA_HOME%\bin\java"
if defined BRUME_JAVA set "java=%BRUME_JAVA%"
"%java%" -version >nul 2>&1
if errorlevel 1 (
  echo brume: expected a JDK 17 or newer, found none at "%java%"; install one, or set JAVA_HOME to it>&2
  exit /b 1
)
if not exist "%home%diffusion\target\built" (
  echo brume: building, once; the first time Maven also fetches libraries>&2
  call mvn -B -ntp -q -f "%home%pom.xml" -Dmaven.test.skip=true package -pl diffusion,cuda-kernels -am 1>&2
  if errorlevel 1 (
    echo brume: the build failed; is Maven installed, and JAVA_HOME a JDK 17 or newer?>&2
    exit /b 1
  )
  type nul > "%home%diffusion\target\built"
)
"%java%" --add-modules jdk.incubator.vector -XX:+UseParallelGC -XX:MaxNewSize=128m ^
  -XX:MaxRAMPercentage=70 -Djava.awt.headless=true -Dbrume.command=brume %BRUME_JAVA_OPTIONS% ^
  -cp "%home%diffusion\target\classes;%home%diffusion\target\lib\*;%home%cuda-kernels\target\classes;%home%cuda-kernels\target\lib\*" ^
  brume.diffusion.cli.Main %*
exit /b %errorlevel%
