"""Worked examples for base models, in GSM8K's form and of this project's own."""

EXAMPLES = """\
Question: A baker fills 6 trays with 12 rolls each. He sells 50 rolls before noon. How many rolls are left?
Answer: He bakes 6 * 12 = 72 rolls.
After the sale 72 - 50 = 22 rolls are left.
#### 22

Question: Nadia reads 18 pages on Monday and twice as many on Tuesday. Her book has 90 pages. How many pages does \
she still have to read?
Answer: On Tuesday she reads 18 * 2 = 36 pages.
On both days that is 18 + 36 = 54 pages.
She still has to read 90 - 54 = 36 pages.
#### 36

Question: A bicycle costs $240. It is sold at a discount of 25%, and a bell for $8 is bought with it. How many \
dollars are paid in all?
Answer: The discount is 240 * 0.25 = 60 dollars.
The bicycle then costs 240 - 60 = 180 dollars.
With the bell that is 180 + 8 = 188 dollars.
#### 188

Question: Three friends share 4 pizzas of 9 slices each evenly. How many slices does each of them get?
Answer: There are 4 * 9 = 36 slices.
Each of them gets 36 / 3 = 12 slices.
#### 12

Question: A tank holds 300 litres and is one third full. A pump adds 20 litres a minute. After how many minutes is \
the tank full?
Answer: There are 300 / 3 = 100 litres in it.
What is missing is 300 - 100 = 200 litres.
That takes 200 / 20 = 10 minutes.
#### 10

Question: Omar earns $15 an hour. Last week he worked 8 hours on each of 4 days and 5 hours on one more day. How \
much did he earn?
Answer: On the 4 days he worked 8 * 4 = 32 hours.
In all he worked 32 + 5 = 37 hours.
He earned 37 * 15 = 555 dollars.
#### 555

Question: A school has 1,200 pupils, of whom 45% come by bus and 300 on foot. The others come by bicycle. How many \
come by bicycle?
Answer: By bus there come 1200 * 0.45 = 540 pupils.
By bus and on foot there come 540 + 300 = 840 pupils.
By bicycle there come 1200 - 840 = 360 pupils.
#### 360

Question: Lena is 4 years older than Tom, and together they are 30 years old. How old is Tom?
Answer: Without the 4 years both would be of Tom's age, and together 30 - 4 = 26 years old.
So Tom is 26 / 2 = 13 years old.
#### 13

"""
