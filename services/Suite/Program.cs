using System.Runtime.InteropServices;
using ECommerce.Channels.Suite.CommandLine;

using var interrupted = new CancellationTokenSource();
using var ctrlC = PosixSignalRegistration.Create(PosixSignal.SIGINT, Interrupt);
using var term = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Interrupt);
return await ChannelsCommand.RunAsync(args, Terminal.OfProcess(), interrupted.Token);

void Interrupt(PosixSignalContext signal)
{
    signal.Cancel = true;
    interrupted.Cancel();
}
