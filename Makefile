# MeshKit. `make help` lists what there is. Needs make, bash and a JDK 25; everything else is fetched by ./mvnw.
.DEFAULT_GOAL := help
.PHONY: help jdk build run demo test check check-lint check-shape fuzz sim sim-nightly transcripts mutants explore bench chaos clean
SHELL := /bin/bash

NODE   ?= n1
REGION ?= eu
DATA   ?= ./data/$(NODE)
JOIN   ?=
ARGS   ?=
BENCH  ?= start
CASE   ?= leader-kill
TARGET ?= all
TIME   ?= 60s
INPUT  ?=
SEED   ?=
SCENARIO ?=
COUNT  ?=
REPLAY ?=
REWRITE ?=

JDK := $(shell JAVA_HOME='$(JAVA_HOME)' packaging/find-jdk.sh 2>/dev/null)
MVN := JAVA_HOME='$(JDK)' ./mvnw -B -ntp
# Error Prone over 2,400 files takes minutes: with C2 and two threads for its garbage half as many.
LINT_JVM = MAVEN_OPTS='-XX:TieredStopAtLevel=4 -XX:-UseSerialGC -XX:+UseParallelGC'
COMMIT := $(shell git rev-parse --short HEAD 2>/dev/null || echo unknown)
SOURCES := pom.xml $(shell find src/main schema jfr-profiles packaging -type f 2>/dev/null)
TEST_SOURCES := $(shell find src/test -type f 2>/dev/null)
# What runs a main class of the tests: the flags of the distribution, the class path of the tests.
TEST_JAVA = '$(JDK)/bin/java' --enable-preview --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow \
  -XX:+UseSerialGC -cp "target/test-classes:target/classes:$$(cat target/test.classpath)"

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

jdk:
	@JAVA_HOME='$(JAVA_HOME)' packaging/find-jdk.sh > /dev/null

build: jdk target/meshkit.aot ## target/meshkit, the program

target/meshkit: $(SOURCES) | jdk
	@echo "building target/meshkit"
	@rm -rf target/*.jar target/lib target/meshkit.aot
	@$(MVN) -q -DskipTests -Dmaven.test.skip=true -Dmeshkit.commit=$(COMMIT) package
	@'$(JDK)/bin/java' packaging/Unsign.java target/lib/*.jar
	@mkdir -p target/packaging
	@cp -p packaging/find-jdk.sh packaging/train.sh packaging/jvm.options packaging/logback.xml target/packaging/
	@install -m 0755 packaging/launcher.sh target/meshkit

target/meshkit.aot: target/meshkit
	@echo "training its AOT cache, 40 s"
	@JAVA_HOME='$(JDK)' target/packaging/train.sh

run: build ## a node: NODE=n1 REGION=eu JOIN=host:port DATA=./data/n1 ARGS=…
	@target/meshkit agent --dev --name '$(NODE)' --region '$(REGION)' --data '$(DATA)' $(if $(JOIN),--join '$(JOIN)') $(ARGS)

demo: build ## five nodes in two regions, live; ARGS=--script: without a terminal, with a summary
	@saved=$$(stty -g 2>/dev/null); target/meshkit demo $(ARGS); status=$$?; \
	  [ -z "$$saved" ] || stty "$$saved"; exit $$status

test: jdk ## all tests but those of the shape of the code
	@src/test/order.sh
	@$(MVN) test

check: jdk ## format, lint as errors, Error Prone, NullAway, doclint, the shape of the code, 10 s of fuzzing each decoder
	@rm -rf target/check
	@$(MVN) -q spotless:check
	@mkdir -p target
	@$(MAKE) --no-print-directory -j2 check-lint check-shape
	@echo "check: OK"

# A compiler works on one core most of the time: the other one does the rest of the check meanwhile.
check-lint: jdk
	@$(LINT_JVM) $(MVN) -Pcheck test-compile > target/check.log 2>&1 || { grep -E '^\[(WARNING|ERROR)\]|^ *\^|^  [^ ]' target/check.log; exit 1; }

check-shape: jdk
	@$(MVN) test -Dtest='ShapeTest,DocTest' -Dsurefire.failIfNoSpecifiedTests=true
	@$(MAKE) --no-print-directory fuzz TARGET=all TIME=10s INPUT= SEED=1

target/test.classpath: $(SOURCES) $(TEST_SOURCES) | jdk
	@$(MVN) -q test-compile dependency:build-classpath -Dmdep.outputFile=target/test.classpath
	@touch target/test.classpath

sim: jdk target/test.classpath ## the simulator: SEED=7 SCENARIO=… NODE=n3 UNTIL=17.1 VERBOSE=1, or COUNT=… SECONDS=… WORKERS=2, or MUTANT=… or REPLAY=file
	@$(TEST_JAVA) -Xmx512m dev.meshkit.sim.Main $(if $(SEED),--seed $(SEED)) $(if $(SCENARIO),--scenario $(SCENARIO)) $(if $(COUNT),--count $(COUNT)) $(if $(SECONDS),--seconds $(SECONDS)) $(if $(WORKERS),--workers $(WORKERS)) $(if $(MUTANT),--mutant '$(MUTANT)') $(if $(filter file,$(origin NODE)),,--node $(NODE)) $(if $(UNTIL),--until $(UNTIL)) $(if $(VERBOSE),--verbose $(VERBOSE)) $(if $(REPLAY),--replay $(REPLAY)) $(ARGS)

sim-nightly: jdk target/test.classpath ## seeds of today, until a time is up: ARGS="--minutes 60 --workers 1"; leaves failures in target/sim
	@$(TEST_JAVA) -Xmx1g dev.meshkit.sim.Nightly $(if $(SCENARIO),--scenario $(SCENARIO)) $(ARGS)

transcripts: jdk target/test.classpath ## what the cores do under the schedules that are kept: REWRITE=1 where they were changed on purpose
	@$(TEST_JAVA) -Xmx512m dev.meshkit.sim.Transcripts $(if $(REWRITE),--rewrite $(REWRITE))

mutants: jdk target/test.classpath ## plants every known bug and hunts it with the simulator: NAME=part of its name
	@$(TEST_JAVA) -XX:TieredStopAtLevel=1 -Xmx512m dev.meshkit.sim.Mutants $(if $(NAME),'$(NAME)')

explore: jdk target/test.classpath ## every way of three election cores with few faults, to its end: ARGS="--faults 1 --millis 9000"; ARGS="--mutants 300000"
	@$(subst +UseSerialGC,+UseParallelGC,$(TEST_JAVA)) -Xmx6g dev.meshkit.sim.Explore $(ARGS)

fuzz: jdk target/test.classpath ## every decoder against hostile bytes: TARGET=deframer TIME=60s INPUT=file SEED=1
	@$(TEST_JAVA) $(if $(SEED),-Dmeshkit.fuzz.seed=$(SEED)) -Xmx512m dev.meshkit.fuzz.Fuzz '$(TARGET)' '$(TIME)' $(if $(INPUT),'$(INPUT)')

bench: build target/test.classpath ## a benchmark: BENCH=start; leaves target/bench/start.json
	@$(TEST_JAVA) -Xmx256m dev.meshkit.bench.Bench '$(BENCH)' $(ARGS)

chaos: build target/test.classpath ## real processes, real kills, long soaks: CASE=leader-kill ARGS=…
	@$(TEST_JAVA) -Xms256m -Xmx256m -XX:+AlwaysPreTouch dev.meshkit.chaos.Chaos '$(CASE)' $(ARGS)

clean: ## removes target; data stays
	@rm -rf target
