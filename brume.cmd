@echo off
rem The command line of Brume for Windows: finds a JDK, builds on first use, adds the flags the JVM wants.
rem After changes of sources, delete diffusion\target\built.
rem
rem   BRUME_JAVA          the java to run, instead of JAVA_HOME's or the one on the path
rem   BRUME_JAVA_OPTIONS  further flags for the JVM, -Xmx8g for example
setlocal EnableExtensions DisableDelayedExpansion
set "home=%~dp0"
if not "%home:;=%"=="%home%" (
  echo brume: expected a checkout at a path without ';', which separates paths, got "%home%"; move it>&2
  exit /b 1
)

set "java=java"
if defined JAVA_HOME set "java=%JAVA_HOME:"=%\bin\java"
if defined BRUME_JAVA set "java=%BRUME_JAVA:"=%"
set "release="
set "java_home="
set "settings=%TEMP%\brume-%RANDOM%.txt"
"%java%" -XshowSettings:properties -version >"%settings%" 2>&1
for /f "usebackq tokens=1,2,*" %%a in ("%settings%") do (
  if "%%a"=="java.home" set "java_home=%%c"
  if "%%a"=="java.specification.version" set "release=%%c"
)
del "%settings%" 2>nul
if not defined release (
  echo brume: expected a JDK 17 or newer, found none at "%java%"; install one, or set JAVA_HOME to it>&2
  exit /b 1
)
rem 1.8 is compared as text, and comes before 17, too.
if %release% LSS 17 (
  echo brume: expected a JDK 17 or newer, "%java%" is version %release%; set JAVA_HOME to another>&2
  exit /b 1
)

if exist "%home%diffusion\target\built" goto start
if not exist "%java_home%\bin\javac.exe" (
  echo brume: expected a JDK to build Brume, "%java_home%" has no compiler; install one, or set JAVA_HOME to it>&2
  exit /b 1
)
where /q mvn
if errorlevel 1 (
  echo brume: expected Maven on the path to build Brume, found none; install it>&2
  exit /b 1
)
set "log=%home%diffusion\target\build.log"
if not exist "%home%diffusion\target" mkdir "%home%diffusion\target" 2>nul
type nul 2>nul >"%log%"
if not exist "%log%" (
  echo brume: expected to build into "%home%", which cannot be written; copy it to a place of yours>&2
  exit /b 1
)
echo brume: building, once; the first time Maven also fetches libraries (log: "%log%")>&2
set "JAVA_HOME=%java_home%"
rem A build is over before the second compiler of the JVM has paid for itself, and what was fetched has been analyzed.
set "MAVEN_OPTS=-XX:TieredStopAtLevel=1 %MAVEN_OPTS%"
call mvn -B -ntp -T 2 -f "%home%pom.xml" "-P!static-analysis" -Dmaven.test.skip=true package -pl diffusion,cuda-kernels -am >"%log%" 2>&1
if errorlevel 1 (
  echo brume: the build failed; "%log%" has the details>&2
  exit /b 1
)
type nul >"%home%diffusion\target\built"

:start
set "native="
if %release% GEQ 24 set "native=--enable-native-access=ALL-UNNAMED"
"%java%" --add-modules jdk.incubator.vector -XX:+UseSerialGC -XX:MaxNewSize=16m -XX:ObjectAlignmentInBytes=64 ^
  -XX:MaxRAMPercentage=70 -Djava.awt.headless=true %native% -Dbrume.command=brume %BRUME_JAVA_OPTIONS% ^
  -cp "%home%diffusion\target\classes;%home%diffusion\target\lib\*;%home%cuda-kernels\target\classes;%home%cuda-kernels\target\lib\*" ^
  brume.diffusion.cli.Main %*
exit /b %errorlevel%
