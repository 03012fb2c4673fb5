// patch-lite in ns-3: tasks that schedule the ends of their phases, and a loader that schedules its tries:
// patch-lite TASKS REPLICAS SEED.

#include <ns3/core-module.h>

#include <cstdlib>
#include <ctime>
#include <iostream>
#include <vector>

using namespace ns3;

namespace
{

/** The chances that all tasks share; times in seconds. */
struct Chances
{
    Ptr<ExponentialRandomVariable> user = Exponential(0.005);
    Ptr<ExponentialRandomVariable> asleepClean = Exponential(0.05);
    Ptr<ExponentialRandomVariable> asleepAffected = Exponential(2);
    Ptr<UniformRandomVariable> uniform = CreateObject<UniformRandomVariable>();
    double affectedOdds = 0.1; //!< of a sleep to be on the patched function

    static Ptr<ExponentialRandomVariable> Exponential(double mean)
    {
        return CreateObjectWithAttributes<ExponentialRandomVariable>("Mean", DoubleValue(mean));
    }
};

/** Alternates between user mode and sleep for as long as the simulation runs. */
class Task : public SimpleRefCount<Task>
{
  public:
    explicit Task(Chances& chances)
        : m_chances(chances)
    {
        // Where a task is found: phases by their shares of wall time, visits a cycle times mean.
        const double user = chances.user->GetMean();
        const double clean = (1 - chances.affectedOdds) * chances.asleepClean->GetMean();
        const double affected = chances.affectedOdds * chances.asleepAffected->GetMean();
        const double u = chances.uniform->GetValue(0, user + clean + affected);
        Begin(u < user ? USER : u < user + clean ? ASLEEP_CLEAN : ASLEEP_AFFECTED);
    }

    /** Looked at from outside: only a task asleep off the patched function can be switched. */
    bool TrySwitch()
    {
        if (m_phase == ASLEEP_CLEAN)
        {
            m_switched = true;
        }
        return m_switched;
    }

  private:
    enum Phase
    {
        USER,
        ASLEEP_CLEAN,
        ASLEEP_AFFECTED
    };

    void Begin(Phase phase)
    {
        m_phase = phase;
        const auto& duration = phase == USER           ? m_chances.user
                               : phase == ASLEEP_CLEAN ? m_chances.asleepClean
                                                       : m_chances.asleepAffected;
        Simulator::Schedule(Seconds(duration->GetValue()), &Task::EndPhase, this);
    }

    void EndPhase()
    {
        if (m_phase == USER)
        {
            const bool affected = m_chances.uniform->GetValue() < m_chances.affectedOdds;
            Begin(affected ? ASLEEP_AFFECTED : ASLEEP_CLEAN);
        }
        else
        {
            m_switched = true; // in the exit-to-user loop
            Begin(USER);
        }
    }

    Chances& m_chances;
    Phase m_phase;
    bool m_switched = false;
};

/** Tries once a second until no task is left; every try visits every task. */
void
Try(const std::vector<Ptr<Task>>& tasks)
{
    bool complete = true;
    for (const auto& task : tasks)
    {
        complete &= task->TrySwitch();
    }
    if (complete)
    {
        Simulator::Stop();
    }
    else
    {
        Simulator::Schedule(Seconds(1), &Try, std::cref(tasks));
    }
}

/** One transition: the seconds to the try that finds it complete. */
double
Transition(unsigned count, Chances& chances)
{
    std::vector<Ptr<Task>> tasks;
    for (unsigned i = 0; i < count; i++)
    {
        tasks.push_back(Create<Task>(chances));
    }
    Simulator::ScheduleNow(&Try, std::cref(tasks));
    Simulator::Run();
    const double seconds = Simulator::Now().GetSeconds();
    Simulator::Destroy();
    return seconds;
}

} // namespace

int
main(int argc, char* argv[])
{
    if (argc != 4)
    {
        std::cerr << "usage: patch-lite TASKS REPLICAS SEED\n";
        return 2;
    }
    const unsigned count = std::strtoul(argv[1], nullptr, 10);
    const unsigned replicas = std::strtoul(argv[2], nullptr, 10);
    RngSeedManager::SetRun(std::strtoull(argv[3], nullptr, 10));

    Chances chances;
    double sum = 0;
    unsigned later15 = 0;
    const std::clock_t started = std::clock();
    for (unsigned i = 0; i < replicas; i++)
    {
        const double seconds = Transition(count, chances);
        sum += seconds;
        later15 += seconds > 15;
    }
    const double cpuSeconds = double(std::clock() - started) / CLOCKS_PER_SEC;
    std::cout << "{\"mean\": " << sum / replicas << ", \"later15\": " << double(later15) / replicas
              << ", \"cpuSeconds\": " << cpuSeconds << "}\n";
    return 0;
}
